/** The account of what exchanges hold of the memory, and the shares that routes and clients have of it. */
@Internal
@NullMarked
package io.policyengine.kernel.account;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
