/** Tests of the files of sinks. */
@NullMarked
package io.policyengine.worker.sink.file;

import org.jspecify.annotations.NullMarked;
