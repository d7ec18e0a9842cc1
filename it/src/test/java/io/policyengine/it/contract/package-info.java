/** The contract between a kernel and its workers, which an embedded worker and one behind a socket keep alike. */
@NullMarked
package io.policyengine.it.contract;

import org.jspecify.annotations.NullMarked;
