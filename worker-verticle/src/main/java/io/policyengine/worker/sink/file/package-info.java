/** Files that only a sink's thread writes: logs with their rotated predecessors and chain heads, and spools. */
@NullMarked
package io.policyengine.worker.sink.file;

import org.jspecify.annotations.NullMarked;
