/** What kernel and workers say to each other, whatever carries it: a call in process or gRPC over a socket. */
@NullMarked
package io.policyengine.core.worker;

import org.jspecify.annotations.NullMarked;
