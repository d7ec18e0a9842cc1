/** Parts of all connections to servers of others: the files of TLS, and a breaker for a server that does not answer. */
@NullMarked
package io.policyengine.worker.remote;

import org.jspecify.annotations.NullMarked;
