/** The only reader of forms ({@code application/x-www-form-urlencoded}, URL standard §5.1), incremental. */
@NullMarked
package io.policyengine.policies.format.form;

import org.jspecify.annotations.NullMarked;
