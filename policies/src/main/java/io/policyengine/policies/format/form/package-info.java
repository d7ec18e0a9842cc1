/** Reads forms ({@code application/x-www-form-urlencoded}, URL standard §5.1) as their octets arrive. */
@NullMarked
package io.policyengine.policies.format.form;

import org.jspecify.annotations.NullMarked;
