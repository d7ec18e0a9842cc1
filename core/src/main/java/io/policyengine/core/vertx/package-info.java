/**
 * The parts of Vert.x that are not its public API, behind small facades: no other package of main code imports {@code
 * impl} or {@code internal} packages of Vert.x, but the facade of its gRPC client in {@code kernel.vertx}. {@code
 * VertxVersionTest} records the version that both were written for.
 */
@Internal
@NullMarked
package io.policyengine.core.vertx;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
