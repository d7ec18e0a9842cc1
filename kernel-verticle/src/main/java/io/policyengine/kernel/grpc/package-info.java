/** gRPC on Vert.x's HTTP/2 server: framing, the end of calls, and limits on the memory of messages and connections. */
@NullMarked
package io.policyengine.kernel.grpc;

import org.jspecify.annotations.NullMarked;
