/** A line of the log for each exchange, for those who want one. */
@NullMarked
package io.policyengine.kernel.accesslog;

import org.jspecify.annotations.NullMarked;
