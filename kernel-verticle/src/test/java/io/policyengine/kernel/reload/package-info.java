@NullMarked
package io.policyengine.kernel.reload;

import org.jspecify.annotations.NullMarked;
