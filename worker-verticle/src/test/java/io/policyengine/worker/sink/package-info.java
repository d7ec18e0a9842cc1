/** Tests of sinks against real files, servers and streams. */
@NullMarked
package io.policyengine.worker.sink;

import org.jspecify.annotations.NullMarked;
