@NullMarked
package io.policyengine.kernel.envoy;

import org.jspecify.annotations.NullMarked;
