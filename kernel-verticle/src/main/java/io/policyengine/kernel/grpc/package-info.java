/** gRPC on Vert.x' HTTP/2 server: framing, the end of calls, and a bound for the bytes that messages hold. */
@NullMarked
package io.policyengine.kernel.grpc;

import org.jspecify.annotations.NullMarked;
