/** The access log: an optional line for each exchange. */
@NullMarked
package io.policyengine.admin.accesslog;

import org.jspecify.annotations.NullMarked;
