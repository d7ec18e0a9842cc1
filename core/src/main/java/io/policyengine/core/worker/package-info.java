/** The calls and answers between kernel and workers, whatever carries them: a call in process or gRPC over a socket. */
@Internal
@NullMarked
package io.policyengine.core.worker;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
