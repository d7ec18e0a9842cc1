/** The facade of Vert.x' gRPC client, the twin of {@code core.vertx}: {@code core} knows no gRPC. */
@NullMarked
package io.policyengine.kernel.vertx;

import org.jspecify.annotations.NullMarked;
