/* SPDX-License-Identifier: GPL-2.0 */
/* The files of report/, as texts that end in a zero. */
	.section .rodata

	.macro asset name, file
	.global \name
	.type \name, %object
\name:
	.incbin "\file"
	.byte 0
	.size \name, . - \name
	.endm

	asset report_html, "report/report.html"
	asset report_css, "report/report.css"
	asset report_js, "report/report.js"
	asset report_uplot_js, "report/uplot/uPlot.iife.min.js"
	asset report_uplot_license, "report/uplot/LICENSE"
	asset report_uplot_css, "report/uplot/uPlot.min.css"

	.section .note.GNU-stack, "", %progbits
