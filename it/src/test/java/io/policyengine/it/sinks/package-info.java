/** Sinks against processes that are killed, servers that fail, and a real broker. */
@NullMarked
package io.policyengine.it.sinks;

import org.jspecify.annotations.NullMarked;
