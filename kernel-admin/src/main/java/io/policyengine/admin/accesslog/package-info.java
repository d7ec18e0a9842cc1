/** The access log: a line for each exchange, optionally. */
@NullMarked
package io.policyengine.admin.accesslog;

import org.jspecify.annotations.NullMarked;
