/** The order and the place of work that takes longer than one turn of an event loop. */
@NullMarked
package io.policyengine.core.async;

import org.jspecify.annotations.NullMarked;
