/** The account of the memory that exchanges hold, and the shares of routes and clients in it. */
@Internal
@NullMarked
package io.policyengine.kernel.account;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
