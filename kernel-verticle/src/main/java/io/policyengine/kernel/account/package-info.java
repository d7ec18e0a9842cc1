/** The shares that routes and clients have of what the kernel can hold. */
@Internal
@NullMarked
package io.policyengine.kernel.account;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
