/**
 * The facade of Vert.x's internal gRPC client, separate from {@code core.vertx}: {@code core} does not depend on gRPC.
 */
@NullMarked
package io.policyengine.kernel.vertx;

import org.jspecify.annotations.NullMarked;
