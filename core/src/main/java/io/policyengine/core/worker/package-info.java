/**
 * The calls between kernel and workers, in process or by gRPC over a socket.
 *
 * <p>The package has over twenty types, since calls, answers and the reports of workers use the same terms.
 */
@Internal
@NullMarked
package io.policyengine.core.worker;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
