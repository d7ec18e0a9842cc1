/** The calls and answers between kernel and workers, whatever carries them: a call in process or gRPC over a socket. */
@NullMarked
package io.policyengine.core.worker;

import org.jspecify.annotations.NullMarked;
