/** The access log: a line for each exchange, optionally. */
@NullMarked
package io.policyengine.kernel.accesslog;

import org.jspecify.annotations.NullMarked;
