/** Workers behind a socket: processes that come and go, and peers that may speak the protocol wrongly. */
@NullMarked
package io.policyengine.it.remote;

import org.jspecify.annotations.NullMarked;
