/**
 * The files of sinks, written only by a sink's thread: log files with rotated predecessors and head files, and spools.
 */
@NullMarked
package io.policyengine.worker.sink.file;

import org.jspecify.annotations.NullMarked;
