/** Reaches workers in separate processes over gRPC on Unix domain sockets. */
@NullMarked
package io.policyengine.kernel.remote;

import org.jspecify.annotations.NullMarked;
