/** The transport of the engine's servers and clients: HTTP/2, and Unix sockets with the users at both ends. */
@NullMarked
package io.policyengine.core.net;

import org.jspecify.annotations.NullMarked;
