/** The calls between kernel and workers, in process or by gRPC over a socket. */
@Internal
@NullMarked
package io.policyengine.core.worker;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
