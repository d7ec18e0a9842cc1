/**
 * Facades for the parts of Vert.x that are not public API. No other package of main code imports {@code impl} or {@code
 * internal} packages of Vert.x. {@code VertxVersionTest} records the version for which the facades were written.
 */
@Internal
@NullMarked
package io.policyengine.core.vertx;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
