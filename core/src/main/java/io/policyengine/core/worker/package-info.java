/**
 * The calls between kernel and workers, in process or by gRPC over a socket.
 *
 * <p>The package has over twenty types, since a link's calls, their answers and what workers report share their terms.
 */
@Internal
@NullMarked
package io.policyengine.core.worker;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
