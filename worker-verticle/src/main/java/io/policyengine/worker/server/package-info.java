/** The worker as a separate process: a gRPC server on a Unix domain socket. */
@NullMarked
package io.policyengine.worker.server;

import org.jspecify.annotations.NullMarked;
