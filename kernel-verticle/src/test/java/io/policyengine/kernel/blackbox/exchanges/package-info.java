/** Exchanges from their first message to their end, whatever ends them. */
@NullMarked
package io.policyengine.kernel.blackbox.exchanges;

import org.jspecify.annotations.NullMarked;
