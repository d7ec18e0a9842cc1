@NullMarked
package io.policyengine.kernel.trace;

import org.jspecify.annotations.NullMarked;
