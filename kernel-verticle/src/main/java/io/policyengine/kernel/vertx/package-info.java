/**
 * A facade of Vert.x's internal gRPC client. It is separate from {@code core.vertx}, because {@code core} does not
 * depend on gRPC.
 */
@NullMarked
package io.policyengine.kernel.vertx;

import org.jspecify.annotations.NullMarked;
