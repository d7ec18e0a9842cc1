/** Workers in processes of their own, reached over gRPC on Unix domain sockets. */
@NullMarked
package io.policyengine.kernel.remote;

import org.jspecify.annotations.NullMarked;
