@NullMarked
package io.policyengine.kernel.grpc;

import org.jspecify.annotations.NullMarked;
