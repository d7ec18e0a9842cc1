/** Tests of connections to the servers of a store. */
@NullMarked
package io.policyengine.worker.store.connection;

import org.jspecify.annotations.NullMarked;
