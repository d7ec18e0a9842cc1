/** The management API and the page, asked over HTTP of a kernel that serves. */
@NullMarked
package io.policyengine.admin;

import org.jspecify.annotations.NullMarked;
