/** What all of the engine's HTTP/2 servers and clients need of the transport. */
@NullMarked
package io.policyengine.core.net;

import org.jspecify.annotations.NullMarked;
