@NullMarked
package io.policyengine.kernel.trust;

import org.jspecify.annotations.NullMarked;
