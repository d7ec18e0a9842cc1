/** The access log, which has an optional line for each exchange. */
@NullMarked
package io.policyengine.admin.accesslog;

import org.jspecify.annotations.NullMarked;
