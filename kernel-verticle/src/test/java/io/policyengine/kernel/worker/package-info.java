@NullMarked
package io.policyengine.kernel.worker;

import org.jspecify.annotations.NullMarked;
