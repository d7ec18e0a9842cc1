/** The worker as a process of its own: a gRPC server on a Unix domain socket. */
@NullMarked
package io.policyengine.worker.server;

import org.jspecify.annotations.NullMarked;
