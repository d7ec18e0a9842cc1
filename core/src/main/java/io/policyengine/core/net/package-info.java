/** The transport of the engine's servers and clients: HTTP/2, and Unix sockets with a check of the uid at both ends. */
@Internal
@NullMarked
package io.policyengine.core.net;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
