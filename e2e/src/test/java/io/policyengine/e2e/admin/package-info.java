/** What operators look at: the admin page in a browser, and a terminal. */
@NullMarked
package io.policyengine.e2e.admin;

import org.jspecify.annotations.NullMarked;
