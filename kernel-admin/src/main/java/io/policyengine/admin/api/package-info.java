/**
 * The management API: its operations, its access rules, and its OpenAPI document. Over twenty types, since each
 * group of operations has one.
 */
@NullMarked
package io.policyengine.admin.api;

import org.jspecify.annotations.NullMarked;
